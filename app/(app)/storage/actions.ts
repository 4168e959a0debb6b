"use server";

import { scanStorage } from "#lib/features/imports/scan-storage";
import { copyFile } from "#lib/features/storage-files/copy-file";
import { deletePath } from "#lib/features/storage-files/delete-path";
import { createStorage } from "#lib/features/storage-locations/create-storage";
import { deleteStorage } from "#lib/features/storage-locations/delete-storage";
import { testStorage, testStorageConfig } from "#lib/features/storage-locations/test-storage";
import { updateStorage } from "#lib/features/storage-locations/update-storage";
import { action } from "#lib/web/action";

export const createStorageAction = action(createStorage);
export const updateStorageAction = action(updateStorage);
export const deleteStorageAction = action(deleteStorage);
export const testStorageAction = action(testStorage);
export const testStorageConfigAction = action(testStorageConfig);
export const copyFileAction = action(copyFile);
export const deletePathAction = action(deletePath);
export const scanStorageAction = action(scanStorage);
