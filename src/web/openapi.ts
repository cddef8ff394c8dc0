/** The table of routes as an OpenAPI document, for programs and people who call them. */
import type { Access, Route } from './routes';

const words: Readonly<Record<Access, string>> = {
  bench: 'programs of this machine, at the bench interface',
  anyone: 'anyone, at the pages',
  newcomer: 'whoever has logged in, also before the first password was changed',
  session: 'whoever has logged in at the pages',
  metrics: 'a monitoring system with its token, at the pages',
};

export function openApiOf(routes: readonly Route[], version: string): object {
  const paths: Record<string, object> = {};
  for (const { path } of routes) {
    const rows = routes.filter((route) => route.path === path);
    const operations = rows.map((route) => [route.method.toLowerCase(), operationOf(route)] as const);
    paths[path.replace(':name', '{name}')] = Object.fromEntries(operations);
  }
  return { openapi: '3.1.0', info: { title: "Green'Up station", version }, paths };
}

function operationOf({ path, who, summary, body, streamBytesMax, query }: Route): object {
  const name = { name: 'name', in: 'path', required: true, schema: { type: 'string' } };
  const asked = Object.entries(query?.properties ?? {}).map(([key, schema]) => ({
    name: key,
    in: 'query',
    required: query?.required?.includes(key) ?? false,
    schema,
  }));
  const parameters = [...(path.endsWith(':name') ? [name] : []), ...asked];
  return {
    summary,
    description: `For ${who.map((access) => words[access]).join('; ')}.`,
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(body ? { requestBody: { content: { 'application/json': { schema: body } } } } : {}),
    ...(streamBytesMax === undefined ? {} : { requestBody: { content: { 'application/octet-stream': {} } } }),
    responses: { 200: { description: 'Done.' }, default: { description: 'Refused, with the reason in "error".' } },
  };
}
