import { retryUpload } from "#lib/features/retry/retry-upload";
import { route } from "#lib/web/route";

export const POST = route(retryUpload, 202);
