/** All settings of a sandbox: its own and each provider's. */

import { checkFaultRules, FAULT_KINDS } from '../faults/rules.mts';
import { ALL_STAND_INS, byProvider, standInOf, type AnyStandIn, type ProviderName, type ProviderSettings } from '../standIns.mts';
import { SANDBOX_DEFAULTS, type SandboxSettings } from './common.mts';
import { withPatch, type Patch, type PatchRules } from './patch.mts';
import { SettingsError } from './settingsError.mts';

export type SandboxConfig = SandboxSettings & ProviderSettings;
export type ConfigPatch = Patch<SandboxConfig>;

/** The accounts that exist in a fresh sandbox. None of them exists anywhere else. */
export const DEFAULTS: Readonly<SandboxConfig> = { ...SANDBOX_DEFAULTS, ...(byProvider(({ defaults }) => defaults) as ProviderSettings) };

const RULES: PatchRules = {
	entryDefaults: ofEveryProvider(({ entryDefaults }) => entryDefaults as Record<string, object>),
	choices: ofEveryProvider(({ choices }) => choices as Record<string, readonly string[]>),
	checkList: (list, path) => {
		const [provider, setting, ...deeper] = path.split('.');
		if (setting !== 'faults' || deeper.length > 0) return structuredClone([...list]);
		const { ownError } = standInOf(provider as ProviderName);
		return checkFaultRules(list, path, ownError === undefined ? FAULT_KINDS.filter((kind) => kind !== 'ownError') : FAULT_KINDS);
	},
};

/**
 * Returns settings with the patch laid over them.
 *
 * @throws {SettingsError} on an unknown name or a wrong type
 */
export function patched(config: Readonly<SandboxConfig>, patch: unknown): SandboxConfig {
	const result = withPatch<SandboxConfig>(config, patch, RULES);
	if (!(result.clockFactor > 0)) throw new SettingsError('Setting "clockFactor" must be above 0');
	if (!(result.logCapacity >= 0)) throw new SettingsError('Setting "logCapacity" must not be negative');
	return result;
}

/** Settings of the providers by their paths, such as 'skycore.campaigns'. */
function ofEveryProvider<T>(settingsIn: (standIn: AnyStandIn) => Record<string, T>): Record<string, T> {
	return Object.fromEntries(
		ALL_STAND_INS.flatMap((standIn) =>
			Object.entries(settingsIn(standIn)).map(([setting, value]) => [`${standIn.name}.${setting}`, value]),
		),
	);
}
