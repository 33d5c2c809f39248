import { getClient } from '@temporalio/activity';
import { WorkflowNotFoundError } from '@temporalio/common';

/** Whether the newest run of this id has not ended yet, as the server says; one it does not know does not run. */
export async function isRunning(workflowId: string): Promise<boolean> {
  try {
    const { closeTime } = await getClient().workflow.getHandle(workflowId).describe();
    return closeTime === undefined;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}
