/** At which ports a rig has its pages, and what leads to them. */
import { rigPorts } from '../../src/rig/pages';

test.each([
  ['nothing', {}, { port: 80, redirect: 'none' }],
  ['a port', { webPort: 8_080 }, { port: 8_080, redirect: 'none' }],
  ['its own certificate', { webTls: 'self' as const }, { port: 443, redirect: 80 }],
  ['a certificate', { webCert: 'c.pem', webKey: 'k.pem' }, { port: 443, redirect: 80 }],
  ['its own certificate and that port', { webTls: 'self' as const, webPort: 443 }, { port: 443, redirect: 80 }],
  ['its own certificate and a port', { webTls: 'self' as const, webPort: 8_443 }, { port: 8_443, redirect: 'none' }],
  ['both ports', { webTls: 'self' as const, webPort: 8_443, webRedirect: 8_080 }, { port: 8_443, redirect: 8_080 }],
  ['no redirect', { webTls: 'self' as const, webRedirect: 'none' as const }, { port: 443, redirect: 'none' }],
])('with %s', (_what, options, ports) => {
  expect(rigPorts(options)).toEqual(ports);
});
