import { listExecutions } from "#lib/features/executions/queries";
import { route } from "#lib/web/route";

export const GET = route(listExecutions);
