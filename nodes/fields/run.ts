import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { InputProblem } from '../../consent/failure';
import type { ConsentAction } from '../../consent/result';
import { shownValue } from '../../consent/shownValue';
import { PROVIDERS } from '../../providers';
import type { Entered } from '../../transport/outbound/itemError';
import { runItems } from '../../transport/outbound/itemRunner';
import type { DeliveryOptions } from '../../transport/outbound/session';
import { deliveryOptionsOf, includesInputFields } from './delivery';
import { emailField } from './email';
import { enteredEvidence, refuseEvidenceFromModel } from './evidence';
import { PROVIDER_PARAMETER, type ProviderForm } from './form';
import type { Forms } from './node';
import { parametersOfItems, type ParameterReader } from './parameterReader';
import { enteredPhone, phoneField } from './phone';
import { notAble } from './provider';

/** Looks at each item before it is read any further. */
export interface ItemGuard {
	/** @throws {InputProblem} when the item must not be sent */
	check(parameters: ParameterReader, itemIndex: number): void;
	/** @returns what the person should know about the run as a whole */
	remark(): string | undefined;
}

/** What holds for all items alike. */
interface RunSettings {
	form: ProviderForm;
	credentialType: string | undefined;
	delivery: DeliveryOptions;
	includesInputFields: boolean;
}

function chosenForm(forms: Forms, action: ConsentAction, parameters: ParameterReader): ProviderForm {
	const entered = parameters.text({ name: PROVIDER_PARAMETER, displayName: 'Provider' });
	const form = forms.find(({ provider }) => provider === entered);
	if (form !== undefined) return form;
	const unable = notAble(action, entered);
	if (unable !== undefined) throw new InputProblem(`${unable.displayName} can't do this, so nothing was sent`, unable.instead);
	throw new InputProblem(`'Provider' cannot be ${shownValue(entered)} in this node`, 'Choose one from the list.');
}

function settingsOf(
	context: IExecuteFunctions,
	forms: Forms,
	action: ConsentAction,
	parameters: ParameterReader,
): RunSettings | { problem: unknown } {
	try {
		refuseEvidenceFromModel(context.getNode().parameters);
		const form = chosenForm(forms, action, parameters);
		return {
			form,
			credentialType: form.credentialTypeOf(parameters),
			delivery: deliveryOptionsOf(parameters),
			includesInputFields: includesInputFields(parameters),
		};
	} catch (problem) {
		return { problem };
	}
}

function orUndefined<Value>(read: () => Value): Value | undefined {
	try {
		return read();
	} catch {
		return undefined;
	}
}

/** What an item says that cannot be sent: a failure must still tell whom it is about. */
function enteredOf(parameters: ParameterReader): Entered {
	const common = { email: orUndefined(() => parameters.text(emailField)), ...orUndefined(() => enteredEvidence(parameters)) };
	const phone = orUndefined(() => enteredPhone(parameters));
	if (phone !== undefined) return { ...common, phone };
	const written = orUndefined(() => parameters.any(phoneField));
	return { ...common, phoneRaw: typeof written === 'string' || typeof written === 'number' ? String(written) : undefined };
}

/**
 * Executes one of the action nodes. What is wrong with the provider or an option becomes every item's failure, because
 * n8n would pass the input on as success if a node that is set to continue threw.
 *
 * @param context the execution
 * @param action the node's job
 * @param forms what the node offers
 * @param guard what else decides whether an item may be sent
 * @returns one item per input item (Query: per record), in order
 * @throws {NodeApiError | NodeOperationError} when an item failed and the node is not set to continue
 */
export async function runNode(
	context: IExecuteFunctions,
	action: ConsentAction,
	forms: Forms,
	guard?: ItemGuard,
): Promise<INodeExecutionData[][]> {
	const parametersOf = parametersOfItems(context);
	const settings = settingsOf(context, forms, action, parametersOf(0));
	const required = (): RunSettings => {
		if ('problem' in settings) throw settings.problem;
		return settings;
	};
	return await runItems(context, {
		action,
		providerOf: () => PROVIDERS[required().form.provider],
		credentialTypeOf: () => required().credentialType,
		prepare: (itemIndex) => {
			const { form } = required();
			guard?.check(parametersOf(itemIndex), itemIndex);
			return form.prepare(parametersOf(itemIndex));
		},
		remark: () => guard?.remark(),
		enteredOf: (itemIndex) => ({ ...('form' in settings && { provider: settings.form.provider }), ...enteredOf(parametersOf(itemIndex)) }),
		delivery: 'delivery' in settings ? settings.delivery : { sendDuplicatesOnce: true },
		includesInputFields: 'delivery' in settings && settings.includesInputFields,
	});
}
