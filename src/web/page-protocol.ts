/** What pages and server must agree on beside the routes. */

/** What a page of ours sends with all that changes something: a form of another page cannot. */
export const pageHeader = 'greenup-page';

/** A page that has not heard of the station for two of these knows that it is stale, in ms. */
export const beatEveryMs = 5_000;
