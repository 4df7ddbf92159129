/** n8n's own repetition of an execution, as the buttons in the list of executions ask for it. */
import type { Execution, N8nClient } from '../../n8n/client.mts';

/**
 * @param n8n where
 * @param executionId of one that failed
 * @param loadWorkflow true: "Retry with currently saved workflow"; false: "Retry with original workflow"
 * @returns the execution that it became
 */
export async function retried(n8n: N8nClient, executionId: string, loadWorkflow: boolean): Promise<Execution> {
	const { id } = await n8n.rest<{ id: string }>('POST', `/rest/executions/${executionId}/retry`, { loadWorkflow });
	return await n8n.waitForExecution(id);
}
