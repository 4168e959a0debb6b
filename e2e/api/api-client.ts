/** The contract's error form. */
export interface Problem {
  readonly error: string;
  readonly message: string;
  readonly details?: unknown;
}

export interface Answer<T> {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The JSON of the body; the text where it is none. */
  readonly body: T;
}

type Method = "GET" | "POST" | "PUT" | "DELETE" | "PATCH";

/** A script that speaks to the API: what it sends with every request, and nothing else. */
export class ApiClient {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(url: string, headers: Readonly<Record<string, string>> = {}) {
    this.url = url;
    this.headers = headers;
  }

  /** The same client with more headers. */
  with(headers: Readonly<Record<string, string>>): ApiClient {
    return new ApiClient(this.url, { ...this.headers, ...headers });
  }

  get<T = Problem>(path: string): Promise<Answer<T>> {
    return this.send<T>("GET", path);
  }

  post<T = Problem>(path: string, body?: unknown): Promise<Answer<T>> {
    return this.send<T>("POST", path, body);
  }

  put<T = Problem>(path: string, body?: unknown): Promise<Answer<T>> {
    return this.send<T>("PUT", path, body);
  }

  delete<T = Problem>(path: string): Promise<Answer<T>> {
    return this.send<T>("DELETE", path);
  }

  /** `path` starts after /api. A text is sent as it stands, anything else as JSON. */
  async send<T = Problem>(method: Method, path: string, body?: unknown): Promise<Answer<T>> {
    const response = await this.fetch(method, path, body);
    const text = await response.text();
    const { status, headers } = response;
    return { status, headers, text, body: parsed(text) as T };
  }

  /** The response with its body not yet read, for streams. */
  fetch(method: Method, path: string, body?: unknown): Promise<Response> {
    const payload = body === undefined || typeof body === "string" ? body : JSON.stringify(body);
    return fetch(`${this.url}/api${path}`, {
      method,
      redirect: "manual",
      headers: {
        ...(payload === undefined ? {} : { "content-type": "application/json" }),
        ...this.headers,
      },
      ...(payload === undefined ? {} : { body: payload }),
    });
  }

  /** Signs in and answers a client with the session's cookie. */
  async login(username: string, password: string): Promise<ApiClient> {
    const answer = await this.post("/auth/login", { username, password });
    if (answer.status !== 200) throw new Error(`${username} cannot sign in: ${answer.text}`);
    return this.with({ cookie: cookieOf(answer) });
  }
}

/** `dg_session=…` from an answer that sets it. */
export function cookieOf(answer: Pick<Answer<unknown>, "headers">): string {
  const cookie = answer.headers.getSetCookie().find((line) => line.startsWith("dg_session="));
  if (!cookie) throw new Error("This answer sets no session cookie.");
  return cookie.slice(0, cookie.indexOf(";"));
}

/** The names in the `[{field, message}]` of a 422. */
export function fieldsOf(problem: Problem): string[] {
  const { details } = problem;
  return Array.isArray(details) ? details.map((item: { field: string }) => item.field) : [];
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
