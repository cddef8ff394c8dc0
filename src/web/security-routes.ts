/** The routes of the page "Security". */
import type { SecurityForPages } from '../control/pages/security';
import { shape } from '../hal/shapes';
import { present } from './refusal';
import { type Access, done, got, posted, type Route } from './routes';

const who: readonly Access[] = ['session'];
const strict = { additionalProperties: false };
/** What is longer is refused by the station, which says what is valid. */
const word = shape.String({ maxLength: 1_000 });
const pemCharactersMax = 40_000;
const pem = shape.String({ maxLength: pemCharactersMax });
const keyCharactersMax = 10_000;
/** Those of large authorities have thousands of entries. */
const listCharactersMax = 256 * 1024;
const profileMax = 3;

export function securityRoutes(security: SecurityForPages): Route[] {
  return [
    got('/api/security', who, 'How the station comes in at the central system, and whom it trusts.', () => ({
      json: present(security.look()),
    })),
    posted({
      path: '/api/security/password',
      who,
      summary: 'Sets the password of the station at the central system.',
      body: shape.Object({ password: word }, strict),
      handle: async ({ body: { password } }) => done(await security.setPassword(password)),
    }),
    posted({
      path: '/api/security/profile',
      who,
      summary: 'Chooses the security profile.',
      body: shape.Object({ profile: shape.Integer({ minimum: 0, maximum: profileMax }) }, strict),
      handle: async ({ body: { profile } }) => done(await security.setProfile(profile)),
    }),
    posted({
      path: '/api/security/add-root',
      who,
      summary: 'Installs an authority, of the central system or of the maker of firmware.',
      body: shape.Object(
        {
          use: shape.Union([
            shape.Literal('CentralSystemRootCertificate'),
            shape.Literal('ManufacturerRootCertificate'),
          ]),
          pem,
        },
        strict,
      ),
      handle: async ({ body: { use, pem: certificate } }) => done(await security.addRoot(use, certificate)),
    }),
    posted({
      path: '/api/security/certificate',
      who,
      summary: 'Installs the certificate of the station with its private key.',
      body: shape.Object({ chain: pem, key: shape.String({ maxLength: keyCharactersMax }) }, strict),
      handle: async ({ body: { chain, key } }) => done(await security.addCertificate(chain, key)),
    }),
    posted({
      path: '/api/security/lists',
      who,
      summary: 'Installs lists of revoked certificates.',
      body: shape.Object({ pem: shape.String({ maxLength: listCharactersMax }) }, strict),
      bodyBytesMax: listCharactersMax,
      handle: async ({ body: { pem: lists } }) => done(await security.addLists(lists)),
    }),
    posted({
      path: '/api/security/remove-root',
      who,
      summary: 'Removes an authority.',
      body: shape.Object({ fingerprint: word }, strict),
      handle: async ({ body: { fingerprint } }) => done(await security.removeRoot(fingerprint)),
    }),
  ];
}
