import { deleteExecution } from "#lib/features/executions/delete-execution";
import { getExecution } from "#lib/features/executions/queries";
import { route } from "#lib/web/route";

export const GET = route(getExecution);
export const DELETE = route(deleteExecution);
