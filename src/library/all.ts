/** All that the package exports, in one piece: what one entry throws, another knows. */

export * as station from './index';
export * as simulator from './simulator';
export * as testing from './testing';
