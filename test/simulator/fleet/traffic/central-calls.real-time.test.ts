/** Orders to a central system over HTTP: as that of `greenup run` takes them, and what fails is told once and never thrown. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CentralSystem } from '../../../../src/csms/central-system';
import { HttpCalls } from '../../../../src/simulator/fleet/traffic/central-calls';

let server: Server | undefined;

afterEach(async () => {
  await new Promise<void>((resolve) => (server ? server.close(() => resolve()) : resolve()));
  server = undefined;
});

/** Answers each request with the next of these, and tells what it was asked. */
async function answering(
  ...answers: [code: number, body: string][]
): Promise<{ calls: HttpCalls; asked: string[]; told: string[] }> {
  const [asked, told]: [string[], string[]] = [[], []];
  const http = createServer((request, response) => {
    let body = '';
    request.on('data', (piece) => {
      body += String(piece);
    });
    request.on('end', () => {
      asked.push(`${request.method} ${request.url} ${request.headers['content-type']} ${body}`);
      const [code, text] = answers.shift() ?? [500, ''];
      response.writeHead(code, { 'Content-Type': 'application/json', Connection: 'close' }).end(text);
    });
  });
  server = http;
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const { port } = http.address() as AddressInfo;
  return { calls: new HttpCalls(`http://127.0.0.1:${port}`, (line) => told.push(line)), asked, told };
}

test('the status of the answer is that of the station', async () => {
  const { calls, asked, told } = await answering(
    [200, '{"status":"Accepted"}'],
    [200, '{"status":"Rejected"}'],
    [200, '{}'],
  );
  const ask = () => calls.ask('CP 1', 'RemoteStartTransaction', { idTag: 'A' });
  expect([await ask(), await ask(), await ask()]).toEqual(['Accepted', 'Rejected', undefined]);
  expect(asked[0]).toBe('POST /calls/CP%201/RemoteStartTransaction application/json {"idTag":"A"}');
  expect(told).toEqual([]);
});

test('what is not taken is told once', async () => {
  const { calls, told } = await answering(
    [409, '{"error":"not connected"}'],
    [404, 'no JSON'],
    [409, '{"error":"again"}'],
  );
  for (let each = 0; each < 3; each++) expect(await calls.ask('CP1', 'ReserveNow', {})).toBeUndefined();
  expect(told).toEqual([expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+ answers 409 not connected$/)]);
});

test('where nobody listens nothing is thrown', async () => {
  const told: string[] = [];
  const calls = new HttpCalls('http://127.0.0.1:1', (line) => told.push(line));
  expect(await calls.ask('CP1', 'ReserveNow', {})).toBeUndefined();
  expect(told).toEqual([expect.stringMatching(/^http:\/\/127\.0\.0\.1:1 cannot be asked for ReserveNow: /)]);
});

test('the embedded central system takes them', async () => {
  const central = new CentralSystem({});
  const { url } = await central.start();
  const told: string[] = [];
  const calls = new HttpCalls(`http://${new URL(url).host}`, (line) => told.push(line));
  expect(await calls.ask('CP1', 'ReserveNow', { connectorId: 1 })).toBeUndefined();
  expect(told).toEqual([expect.stringMatching(/answers 409 .*"CP1" is not connected; no station is/)]);
  await central.stop();
});
