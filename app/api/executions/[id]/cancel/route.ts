import { cancelExecution } from "#lib/features/executions/cancel-execution";
import { route } from "#lib/web/route";

export const POST = route(cancelExecution, 202);
