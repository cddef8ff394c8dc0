/** What the station needs of the machine around it, beside its parts: slots for releases, files that come and go, its network. */

/** What lies in the slots, by the versions of the releases. */
export interface SlotVersions {
  /** Proven, and what every failure returns to; undefined before any release was confirmed. */
  good: string | undefined;
  /** What the next start runs; undefined where no release is installed. */
  next: string | undefined;
  /** Started at most `startsLeft` times more before the good one comes back. */
  trial: { version: string; startsLeft: number } | undefined;
  /** Releases that were given up, oldest first. */
  failed: readonly { version: string; reason: string }[];
  /** Newest first. */
  installed: readonly string[];
  /** The good one, where it does not hold itself up any more: the others are then tried in its place. */
  unwell?: { version: string; reason: string };
}

/**
 * Releases side by side, of which one runs. A new one is put into a free slot and tried for a few starts; it stays when it
 * is confirmed, and the good one comes back otherwise. Each change is whole or not made, through power cuts. Nothing here
 * restarts the program: whoever begins or ends a trial asks for a restart.
 *
 * All promises reject with GreenupError: `command.invalid` for what cannot be, `store.failed` when the medium fails.
 */
export interface FirmwareSlots {
  /** The release that this program was started from, for as long as it runs; undefined outside of any slot. */
  running(): { version: string } | undefined;
  versions(): Promise<SlotVersions>;
  /** Puts the release in `folder`, which was verified before, into a free slot, and starts nothing. */
  install(folder: string, version: string): Promise<void>;
  /** The next start runs this installed release, for a few starts until it is confirmed. */
  beginTrial(version: string): Promise<void>;
  /** The release that runs is good. Nothing happens when another one, or none, is on trial. */
  confirm(): Promise<void>;
  /** Ends the trial: the next start runs the good release. `reason` is kept with the failed one. */
  back(reason: string): Promise<void>;
}

export interface TransferRequest {
  /** Its scheme chooses the protocol. Credentials in it are not used. */
  url: string;
  credentials?: { user: string; password: string };
  /** Ends the transfer, which then rejects with `transfer.aborted`. */
  signal?: AbortSignal;
  /** Called after each portion. `totalBytes` is absent where the other side does not tell it. */
  onProgress?(doneBytes: number, totalBytes?: number): void;
}

/** Where a download begins, as the other side says it. */
export interface DownloadBegin {
  /** 0 where it begins anew, though an earlier part was there: what was written before counts no more. */
  fromByte: number;
  /** Absent where the other side does not tell it. */
  totalBytes?: number;
  /** By what the file can be known again (an entity tag, a date and a size); absent: by nothing. */
  validator?: string;
}

export interface DownloadRequest extends TransferRequest {
  /** Goes on after an earlier part of the very file that has this validator, where the protocol and the server can. */
  after?: { bytes: number; validator: string };
  /** More is refused with `transfer.refused`. */
  bytesMax: number;
  /** Called once, before the first portion. */
  onBegin?(begin: DownloadBegin): void;
}

export interface UploadRequest extends TransferRequest {
  /** Its name in the folder that `url` names. */
  fileName: string;
  /** An earlier try may have left a part of this very file there: a protocol that can goes on after it. */
  resumes?: boolean;
}

/** A file to be sent, which can be read more than once, and from any byte. */
export interface OutgoingFile {
  readonly bytes: number;
  from(byte: number): AsyncIterable<Uint8Array>;
}

/**
 * Files to and from other machines, in streams: no file need fit into memory. Both reject with GreenupError:
 * `transfer.unsupported` (no such protocol, or it cannot resume), `transfer.refused` (credentials, permission, no room),
 * `transfer.untrusted` (not the machine that was meant, as far as can be told), `transfer.notFound`,
 * `transfer.unreachable` (no connection), `transfer.broken` (the connection ended before the file did: try again from the
 * byte that was reached) and `transfer.aborted`. No message has credentials. What `write` throws passes through.
 */
export interface FileTransfer {
  /** Hands each portion to `write` and waits for it; its bytes are used again after that. Resolves when the whole file was written. */
  download(request: DownloadRequest, write: (portion: Uint8Array) => Promise<void>): Promise<void>;
  /** Resolves when the other side has taken all of the file. */
  upload(request: UploadRequest, file: OutgoingFile): Promise<void>;
}

/** Where the one file lies that is about to be sent, so that it can be sent again. */
export interface Spool {
  /** Takes the place of what lay there. Rejects with `store.failed` when the medium fails, and with what `content` throws. */
  keep(content: AsyncIterable<Uint8Array>): Promise<OutgoingFile>;
  /** Removes what lies there; never rejects. */
  clear(): Promise<void>;
}

/** The keys by which machines were known that prove themselves by nothing else (RFC 4251, 4.1). */
export interface KnownHosts {
  /** `host` is a name or an address with its port. Undefined: it was never met. */
  keyOf(host: string): string | undefined;
  /** From now on it is known by this key. */
  meet(host: string, key: string): void;
}

/**
 * Private keys of the station, each a file that its user alone can read (mode 0600), named by letters and digits. They are in no
 * store, report or back-up. What fails rejects with `store.failed`.
 */
export interface KeyFiles {
  /** Resolves when it is durable. */
  keep(name: string, pem: string): Promise<void>;
  /** Undefined: there is none of this name. */
  read(name: string): Promise<string | undefined>;
  /** Never rejects; what is not there is gone. */
  remove(name: string): Promise<void>;
  /** Of all that are there. */
  names(): Promise<readonly string[]>;
}

export interface MachineAddress {
  /** With the length of its prefix, such as 192.168.1.200/24. */
  address: string;
  /** `given`: by DHCP or by the router, for a time; `fixed`: set here. */
  by: 'given' | 'fixed';
}

export interface MachineInterface {
  name: string;
  /** Of the hardware; empty where it has none. */
  mac: string;
  /** A cable is in, or a network is joined. */
  isUp: boolean;
  addresses: readonly MachineAddress[];
}

/** What the operating system says of network and time; what it does not say is null, or an empty list. */
export interface MachineFacts {
  hostName: string;
  /** Without those that lead to the machine itself. */
  interfaces: readonly MachineInterface[] | null;
  gateways: readonly string[];
  nameServers: readonly string[];
  /** As Europe/Paris. */
  timeZone: string;
  /** Whether the clock of the machine follows a server of time. */
  followsTimeServer: boolean | null;
}

export interface Machine {
  /** Never rejects. */
  facts(): Promise<MachineFacts>;
}

/** How a wired interface comes to its IPv4 addresses, its router and its name servers. */
export interface WiredSettings {
  by: MachineAddress['by'];
  /** The fixed ones, with the length of their prefix; where DHCP gives one as well, they are beside it. */
  addresses: readonly string[];
  /** To which the fixed addresses are joined; null: none is set. */
  router: string | null;
  /** Those that are set; DHCP may give others. */
  nameServers: readonly string[];
  /** Name servers that DHCP gives are not asked. */
  ownServersOnly: boolean;
}

/** What the operating system keeps for an interface, and whatever else it has in it stays. */
export interface WiredProfile {
  id: string;
  /** For people. */
  name: string;
  interfaceName: string;
  settings: WiredSettings;
  /** It outlives a restart of the machine. */
  isLasting: boolean;
}

/**
 * Why nothing can be changed: there is no manager that is known here, it does not allow it to this user, no wired interface
 * has a profile in use, or what there is belongs to another program or is of a kind that is not known here.
 */
export type WiredRefusal = 'noManager' | 'notAllowed' | 'noProfile' | 'foreignProfile' | 'otherKind';

/** Changes of wired interfaces, IPv4 alone. Whatever it promises is settled within a limited time. */
export interface WiredNetwork {
  /** What is in use now and can be changed; never rejects. */
  profiles(): Promise<readonly WiredProfile[] | WiredRefusal>;
  /** undefined: there is no such profile, or what is in it is not known here. Rejects with `machine.refused`. */
  settings(id: string): Promise<WiredSettings | undefined>;
  /**
   * What the profile shall have from now on, until the next restart of the machine or, if it `lasts`, for ever. The interface
   * goes on as it was. Rejects with `machine.refused` and the words of the operating system.
   */
  write(id: string, settings: WiredSettings, lasts: boolean): Promise<void>;
  /** The interface begins to do as its profile says; does not wait until it has. Rejects as `write` does. */
  use(id: string, interfaceName: string): Promise<void>;
}
