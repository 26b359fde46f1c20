// An identity provider for the tests: node-oidc-provider, on loopback, on a free port. It says its issuer in one line, and
// ends when its standard input does. Its people are told in the environment: JSON, by name, with their claims.
import { createServer } from 'node:http';
import Provider from 'oidc-provider';

// Who started it reads the issuer and no further: a word more on that pipe would end the process.
console.info = console.warn = console.error;

const people = JSON.parse(process.env.PEOPLE);
const client = JSON.parse(process.env.CLIENT);

const server = createServer();
server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [{ ...client, grant_types: ['authorization_code'], response_types: ['code'] }],
    // Groups and names in the ID token itself, as a provider is set up for a gateway that asks nothing more.
    conformIdTokenClaims: false,
    claims: { openid: ['sub', 'groups'], profile: ['preferred_username'], acr: null, amr: null },
    // Its own pages, with a form for name and password, and one that asks for consent.
    features: { devInteractions: { enabled: true } },
    findAccount: (ctx, id) => ({
      accountId: people[id]?.sub ?? id,
      claims: () => ({ sub: people[id]?.sub ?? id, ...people[id] }),
    }),
    pkce: { required: () => true },
    cookies: { keys: ['only for tests'] },
  });
  // On loopback the tests' browser speaks no TLS.
  provider.on('server_error', (ctx, error) => console.error(error));
  server.on('request', provider.callback());
  console.log(issuer);
});
process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
