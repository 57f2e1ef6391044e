// The page of the API's description. Nothing of it is sent to a validator elsewhere.

window.SwaggerUIBundle({
	dom_id: "#description",
	url: "openapi.json",
	validatorUrl: null,
	deepLinking: true,
	displayRequestDuration: true,
	defaultModelsExpandDepth: 0,
	syntaxHighlight: { theme: "idea" },
});
