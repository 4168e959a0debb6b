import { retryExecution } from "#lib/features/retry/retry-execution";
import { route } from "#lib/web/route";

export const POST = route(retryExecution, 202);
