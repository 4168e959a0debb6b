"use server";

import { cancelExecution } from "#lib/features/executions/cancel-execution";
import { deleteExecution } from "#lib/features/executions/delete-execution";
import { retryExecution } from "#lib/features/retry/retry-execution";
import { retryUpload } from "#lib/features/retry/retry-upload";
import { action } from "#lib/web/action";

export const cancelExecutionAction = action(cancelExecution);
export const deleteExecutionAction = action(deleteExecution);
export const retryExecutionAction = action(retryExecution);
export const retryUploadAction = action(retryUpload);
