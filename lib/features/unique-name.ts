import { AppError } from "#lib/core/errors";

/** Runs a write and turns a broken unique name into a 409 that says so. */
export async function withUniqueName<T>(
  what: string,
  name: string | undefined,
  write: () => Promise<T>,
): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if ((error as { code?: string }).code !== "P2002") throw error;
    throw new AppError("CONFLICT", `There is already a ${what} named “${name ?? ""}”.`, {
      cause: error,
      details: [{ field: "name", message: "This name is taken." }],
    });
  }
}
