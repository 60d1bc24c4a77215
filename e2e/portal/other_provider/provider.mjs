// An OpenID provider that is not ours (npm oidc-provider), set up for the portal as an office would set up its own.
// One client, one account, both invented. e2e/portal/test_other_provider.py starts it: node provider.mjs SETTINGS.json
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const settings = JSON.parse(readFileSync(process.argv[2], "utf8"));
const found = createRequire(`${settings.installed}/`).resolve("oidc-provider");
const { Provider, errors } = await import(pathToFileURL(found).href);

const { account, client, resource } = settings;
const FORM_BYTES_MAX = 4096;
const TOKEN_SECONDS = 600;
const SESSION_SECONDS = 3600;

const provider = new Provider(settings.issuer, {
  clients: [
    {
      client_id: client.id,
      redirect_uris: [client.back],
      response_types: ["code"],
      grant_types: ["authorization_code"],
      token_endpoint_auth_method: "none",
    },
  ],
  pkce: { required: () => true },
  scopes: ["openid", "profile"],
  claims: { openid: ["sub"], profile: ["name"] },
  jwks: { keys: [signingKey()] },
  cookies: { keys: [randomBytes(32).toString("hex")] },
  features: {
    devInteractions: { enabled: false },
    resourceIndicators: { enabled: true, getResourceServerInfo: resourceServer },
  },
  interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
  findAccount,
  loadExistingGrant: consented,
  extraTokenClaims: (ctx) => ({
    name: account.name,
    grants: account.grants,
    auth_time: ctx.oidc.entities.AuthorizationCode.authTime,
  }),
  ttl: {
    AccessToken: TOKEN_SECONDS,
    AuthorizationCode: 60,
    Grant: SESSION_SECONDS,
    IdToken: TOKEN_SECONDS,
    Interaction: TOKEN_SECONDS,
    Session: SESSION_SECONDS,
  },
});

function signingKey() {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  return { ...privateKey.export({ format: "jwk" }), kid: "one", use: "sig", alg: "RS256" };
}

function resourceServer(_ctx, asked) {
  if (asked !== resource.indicator) {
    throw new errors.InvalidTarget();
  }
  return {
    scope: "",
    audience: resource.audience,
    accessTokenFormat: "jwt",
    accessTokenTTL: TOKEN_SECONDS,
    jwt: { sign: { alg: "RS256" } },
  };
}

function findAccount(_ctx, id) {
  return id === account.subject ? { accountId: id, claims: () => ({ sub: id, name: account.name }) } : undefined;
}

// The office has agreed for its people: nobody is asked for consent.
async function consented(ctx) {
  const grant = new provider.Grant({ clientId: ctx.oidc.client.clientId, accountId: ctx.oidc.session.accountId });
  grant.addOIDCScope("openid profile");
  await grant.save();
  return grant;
}

provider.use(async (ctx, next) => {
  if (ctx.path === "/healthz") {
    ctx.body = "ok\n";
  } else if (ctx.path.startsWith("/interaction/")) {
    await interaction(ctx);
  } else {
    await next();
  }
});

async function interaction(ctx) {
  await provider.interactionDetails(ctx.req, ctx.res);
  if (ctx.method === "GET") {
    ctx.body = page("");
    return;
  }
  const form = await stated(ctx.req);
  const known = form.get("username") === account.subject && form.get("password") === account.password;
  if (!known && !form.has("cancel")) {
    ctx.body = page('<p id="error">not known</p>');
    return;
  }
  const result = known ? { login: { accountId: account.subject } } : { error: "access_denied" };
  ctx.redirect(await provider.interactionResult(ctx.req, ctx.res, result, { mergeWithLastSubmission: false }));
}

async function stated(request) {
  let read = "";
  for await (const part of request) {
    read += part;
    if (read.length > FORM_BYTES_MAX) {
      throw new errors.InvalidRequest("the form is too long");
    }
  }
  return new URLSearchParams(read);
}

function page(said) {
  return `<!doctype html><meta charset="utf-8"><title>Another provider</title><h1>Another provider</h1>${said}
<form method="post">
<input id="username" name="username" autocomplete="off">
<input id="password" name="password" type="password">
<button type="submit">Sign in</button>
</form>
<form method="post"><input type="hidden" name="cancel" value="1"><button id="cancel">Cancel</button></form>`;
}

const { hostname, port } = new URL(settings.issuer);
provider.listen(Number(port), hostname);
