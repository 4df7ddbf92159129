/** Jest would load an `.mts` file as it stands, without its transform. */
module.exports = async () => await require('./sharedN8n.mts').start();
