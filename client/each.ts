// Goes through a list of any length, page by page.

type Page<Item> = { readonly data: readonly Item[]; readonly nextCursor: string | null };

/** `for await (const contact of each((cursor) => api.GET('/v1/contacts', { params: { query: { cursor } } })))`. The next page is asked for when it is needed. */
export async function* each<Item>(
  pageAt: (cursor: string | undefined) => Promise<{ readonly data?: Page<Item> | undefined }>,
): AsyncGenerator<Item, void> {
  let cursor: string | undefined;
  do {
    const { data } = await pageAt(cursor);
    if (data === undefined) return;
    yield* data.data;
    cursor = data.nextCursor ?? undefined;
  } while (cursor !== undefined);
}
