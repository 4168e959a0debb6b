"use server";

import { createDatasource } from "#lib/features/datasources/create-datasource";
import { listDatabases } from "#lib/features/datasources/databases-query";
import { deleteDatasource } from "#lib/features/datasources/delete-datasource";
import { testDatasource, testDatasourceConfig } from "#lib/features/datasources/test-datasource";
import { updateDatasource } from "#lib/features/datasources/update-datasource";
import { action } from "#lib/web/action";

export const createDatasourceAction = action(createDatasource);
export const updateDatasourceAction = action(updateDatasource);
export const deleteDatasourceAction = action(deleteDatasource);
export const testDatasourceAction = action(testDatasource);
export const testDatasourceConfigAction = action(testDatasourceConfig);
export const listDatabasesAction = action(listDatabases);
