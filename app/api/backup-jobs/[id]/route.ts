import { deleteJob } from "#lib/features/backup-jobs/delete-job";
import { getJob } from "#lib/features/backup-jobs/queries";
import { updateJob } from "#lib/features/backup-jobs/update-job";
import { route } from "#lib/web/route";

export const GET = route(getJob);
export const PUT = route(updateJob);
export const DELETE = route(deleteJob);
