/** The one file that is on its way from this browser to the station, also while another page is looked at. */
import { signal } from '@preact/signals';
import { pageHeader } from '../page-protocol';
import { endSession, type ServerRefusal } from './state';

interface Upload {
  fileName: string;
  sentBytes: number;
  totalBytes: number;
  /** What came before stays as it was. */
  stop(): void;
}

/** undefined: none is on its way. */
export const upload = signal<Upload | undefined>(undefined);

/** What came of it; `cut`: it did not arrive whole. */
export type UploadEnd = 'done' | 'stopped' | 'cut' | ServerRefusal;

/** What a browser tells of the progress of a request it tells of this kind alone. */
export function sendFile(path: string, file: File): Promise<UploadEnd> {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    const end = (how: UploadEnd): void => {
      upload.value = undefined;
      resolve(how);
    };
    const show = (sentBytes: number): void => {
      upload.value = { fileName: file.name, sentBytes, totalBytes: file.size, stop: () => request.abort() };
    };
    show(0);
    request.upload.onprogress = ({ loaded }) => show(Math.min(loaded, file.size));
    request.onload = () => end(request.status === 200 ? 'done' : refusalOf(request.responseText));
    request.onerror = () => end('cut');
    request.onabort = () => end('stopped');
    request.open('POST', path);
    request.setRequestHeader('Content-Type', 'application/octet-stream');
    request.setRequestHeader(pageHeader, '1');
    request.send(file);
  });
}

function refusalOf(text: string): ServerRefusal {
  let answer: Partial<ServerRefusal> = {};
  try {
    answer = JSON.parse(text) as Partial<ServerRefusal>;
  } catch {
    // What is not of the station says nothing.
  }
  if (answer.refused === 'logInFirst') endSession();
  return { refused: 'notPossible', ...answer };
}
