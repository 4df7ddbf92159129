import type { TriggerPanelDefinition } from 'n8n-workflow';

const SAMPLE =
	"<pre>curl -X POST 'PASTE-THE-TEST-URL-HERE?token=YOUR-SECRET' \\\n  -H 'Content-Type: text/xml' \\\n  --data '&lt;POSTBACK&gt;&lt;ORIGIN&gt;SUB&lt;/ORIGIN&gt;&lt;CODE&gt;N302&lt;/CODE&gt;&lt;MOBILE&gt;16502424956&lt;/MOBILE&gt;&lt;CAMPAIGNREF&gt;1478&lt;/CAMPAIGNREF&gt;&lt;TIMESTAMP&gt;2024-07-02T14:32:23-04&lt;/TIMESTAMP&gt;&lt;SHORTCODE&gt;123456&lt;/SHORTCODE&gt;&lt;SOURCE&gt;MO&lt;/SOURCE&gt;&lt;/POSTBACK&gt;'</pre>";

/** What the editor shows beside the trigger while it has no data. */
export const TRIGGER_PANEL: TriggerPanelDefinition = {
	header: 'Opt-ins and opt-outs arrive here',
	executionsHelp: {
		inactive: `To try it out: click "Execute step", copy the Test URL, and send a postback to it within two minutes. From a terminal, a Skycore opt-out looks like this:${SAMPLE}To use it: give the provider the Production URL and publish the workflow. Test events show here in the editor, production events in the list of executions.`,
		active: `To try it out: click "Execute step", copy the Test URL, and send a postback to it within two minutes. From a terminal, a Skycore opt-out looks like this:${SAMPLE}The workflow is active: what the provider sends to the Production URL shows in the list of executions, not here.`,
	},
	activationHint: 'Once you have given the provider the Production URL, publish (activate) the workflow: until then the provider’s postbacks are answered 404, and after its retries they are lost.',
};
