// An OpenID provider for the tests: `node provider.mjs PORT REDIRECT_URI,... [OPTION...]`. It says "ready" once it listens.
//
// Whoever logs in has the name that they type; "NAME@unverified" has an address that was not verified.

import Provider from "oidc-provider";

const [port, redirectUris, ...options] = process.argv.slice(2);
const ways = options.includes("post-only") ? ["client_secret_post"] : ["client_secret_basic", "client_secret_post", "none"];
const common = {
	client_secret: "a-secret-of-the-tests",
	redirect_uris: redirectUris.split(","),
	response_types: ["code"],
	grant_types: ["authorization_code"],
};

const provider = new Provider(`http://127.0.0.1:${port}`, {
	clients: [
		{ ...common, client_id: "basic" },
		{ ...common, client_id: "post", token_endpoint_auth_method: "client_secret_post" },
		{ ...common, client_id: "signed", userinfo_signed_response_alg: "RS256" },
		{ ...common, client_id: "public", client_secret: undefined, token_endpoint_auth_method: "none" },
	].filter((client) => ways.includes(client.token_endpoint_auth_method ?? "client_secret_basic")),
	clientAuthMethods: ways,
	conformIdTokenClaims: !options.includes("claims-in-token"),
	pkce: { required: () => true },
	features: { devInteractions: { enabled: true }, jwtUserinfo: { enabled: true }, rpInitiatedLogout: { enabled: true } },
	claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["preferred_username"] },
	findAccount: (_context, id) => ({
		accountId: id,
		claims: () => ({ sub: id, email: id, email_verified: !id.endsWith("@unverified"), preferred_username: id }),
	}),
	cookies: { keys: ["only for the tests"] },
});

provider.listen(Number(port), "127.0.0.1", () => console.log("ready"));
