"use server";

import { createJob } from "#lib/features/backup-jobs/create-job";
import { deleteJob } from "#lib/features/backup-jobs/delete-job";
import { runJob } from "#lib/features/backup-jobs/run-job";
import { updateJob } from "#lib/features/backup-jobs/update-job";
import { action } from "#lib/web/action";

export const createJobAction = action(createJob);
export const updateJobAction = action(updateJob);
export const deleteJobAction = action(deleteJob);
export const runJobAction = action(runJob);
