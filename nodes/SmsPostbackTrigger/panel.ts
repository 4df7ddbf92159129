import type { TriggerPanelDefinition } from 'n8n-workflow';

/** Its lines are short: the pane does not wrap them, and cuts the sentences around at the longest. */
const SAMPLE = [
	'<pre>curl -i -X POST \\',
	"  'PASTE-THE-TEST-URL-HERE?token=YOUR-SECRET' \\",
	"  -H 'Content-Type: text/xml' \\",
	"  --data '&lt;POSTBACK&gt;",
	'&lt;ORIGIN&gt;SUB&lt;/ORIGIN&gt;&lt;CODE&gt;N302&lt;/CODE&gt;',
	'&lt;MOBILE&gt;16502424956&lt;/MOBILE&gt;',
	'&lt;CAMPAIGNREF&gt;1478&lt;/CAMPAIGNREF&gt;',
	'&lt;TIMESTAMP&gt;2024-07-02T14:32:23-04&lt;/TIMESTAMP&gt;',
	'&lt;SHORTCODE&gt;123456&lt;/SHORTCODE&gt;',
	'&lt;SOURCE&gt;MO&lt;/SOURCE&gt;',
	"&lt;/POSTBACK&gt;'</pre>",
].join('\n');

const TRYING_IT_OUT = `To try it out: click "Execute step", copy the Test URL, and send a postback to it within two minutes. From a terminal, a Skycore opt-out looks like this (N301 in place of N302 makes it an opt-in):${SAMPLE}"OK", and nothing shows here? Then "Trigger On" or the filters leave this event out. "401" is what a wrong secret gets.`;

/** What the editor shows beside the trigger while it has no data. */
export const TRIGGER_PANEL: TriggerPanelDefinition = {
	header: 'Opt-ins and opt-outs arrive here',
	executionsHelp: {
		inactive: `${TRYING_IT_OUT} To use it: give the provider the Production URL and publish the workflow. Test events show here in the editor, production events in the list of executions.`,
		active: `${TRYING_IT_OUT} The workflow is active: what the provider sends to the Production URL shows in the list of executions, not here.`,
	},
	activationHint:
		'Once you have given the provider the Production URL, publish (activate) the workflow: until then the provider’s postbacks are answered 404, and after its retries they are lost.',
};
