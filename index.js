// n8n loads the classes by the paths in package.json; whoever requires the package gets them by name.
module.exports = {
	...require('./dist/credentials/AmperityApi.credentials.js'),
	...require('./dist/credentials/AmperityOAuth2Api.credentials.js'),
	...require('./dist/nodes/Amperity/Amperity.node.js'),
	...require('./dist/nodes/Amperity/AmperityTrigger.node.js'),
};
