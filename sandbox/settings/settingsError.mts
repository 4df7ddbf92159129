/** A mistake of whoever drives the sandbox: a setting or a request that it does not know. The control API answers it with 400. */
export class SettingsError extends Error {}
