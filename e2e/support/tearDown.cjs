module.exports = async () => await require('./sharedN8n.mts').end();
