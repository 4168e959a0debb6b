import { z } from "zod";

const username = z
  .string()
  .trim()
  .min(3, "At least 3 characters.")
  .max(64, "At most 64 characters.")
  .regex(/^[\p{L}\p{N}._@-]+$/u, "Letters, digits and . _ @ - only.");
const password = z.string().min(8, "At least 8 characters.").max(128, "At most 128 characters.");

export const setupInput = z.strictObject({
  username,
  password,
  fullName: z.string().trim().min(1, "Enter a name.").max(128).optional(),
});
export type SetupInput = z.input<typeof setupInput>;

export const loginInput = z.strictObject({
  username: z.string().trim().min(1, "Enter your user name.").max(64),
  password: z.string().min(1, "Enter your password.").max(128),
});
export type LoginInput = z.input<typeof loginInput>;

/** The signed-in person as answers show it (contract, section 2, auth). */
export const currentUser = z.object({
  id: z.uuid(),
  username: z.string(),
  fullName: z.string(),
  isOwner: z.boolean(),
  roles: z.array(z.string()),
  permissions: z.array(z.string()),
  sessionExpiresAt: z.date().nullable(),
});
export type CurrentUser = z.infer<typeof currentUser>;

/** A new session. The edges put the token into the cookie and take it out of the answer. */
export const newSession = z.object({ token: z.string(), expiresAt: z.date(), user: currentUser });
export type NewSession = z.infer<typeof newSession>;
