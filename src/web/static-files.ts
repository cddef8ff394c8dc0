/** A file that is served out of memory: its bytes, what they are, and how they are recognised. */
export interface StaticFile {
  type: string;
  etag: string;
  bytes: Uint8Array<ArrayBuffer>;
  /** The same for whoever takes brotli. */
  brotli: Uint8Array<ArrayBuffer>;
}
