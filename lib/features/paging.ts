import { z } from "zod";

/** `page` and `limit` of every list (contract, section 1). Numbers may come as text from a query string. */
export const pageInput = {
  page: z.coerce.number().int().min(1).max(1_000_000).default(1),
  limit: z.coerce.number().int().min(1).max(100).default(20),
};

export const pagination = z.object({
  total: z.int(),
  page: z.int(),
  limit: z.int(),
  totalPages: z.int(),
});

/** The answer of a list of `item`. */
export function pageOf<T extends z.ZodType>(item: T) {
  return z.object({ data: z.array(item), pagination });
}

/** What a filter offers of one noun, and how many at most. */
export const choices = z.array(z.object({ id: z.uuid(), name: z.string() }));
export const MAX_CHOICES = 100;

/** `skip` and `take` of one page. */
export function slice(input: { page: number; limit: number }): { skip: number; take: number } {
  return { skip: (input.page - 1) * input.limit, take: input.limit };
}

export function paged<T>(data: T[], total: number, input: { page: number; limit: number }) {
  return {
    data,
    pagination: {
      total,
      page: input.page,
      limit: input.limit,
      totalPages: Math.max(1, Math.ceil(total / input.limit)),
    },
  };
}
