import { createJob } from "#lib/features/backup-jobs/create-job";
import { listJobs } from "#lib/features/backup-jobs/queries";
import { route } from "#lib/web/route";

export const GET = route(listJobs);
export const POST = route(createJob, 201);
