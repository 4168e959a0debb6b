import { runJob } from "#lib/features/backup-jobs/run-job";
import { route } from "#lib/web/route";

export const POST = route(runJob, 202);
