import { assertAccess } from "#lib/features/use-case";
import { openApiDocument } from "#lib/web/openapi";
import { handle } from "#lib/web/route";

export const GET = handle(async (_request, ctx) => {
  assertAccess(ctx, "signed-in");
  return Response.json(openApiDocument());
});
