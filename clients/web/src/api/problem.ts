import type { Problem } from './types';

/** The hub refused, and says why in the user's language. */
export class ApiError extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail ?? problem.title);
    this.name = 'ApiError';
    this.problem = problem;
  }
}

/** The hub did not answer: nobody knows yet whether the request was carried out. */
export class HubSilent extends Error {
  constructor(cause: unknown) {
    super('the hub does not answer', { cause });
    this.name = 'HubSilent';
  }
}

export const codeOf = (error: unknown): string | null =>
  error instanceof ApiError ? error.problem.code : null;

/** The person lacks the right. */
export const isDenied = (error: unknown): boolean =>
  error instanceof ApiError && error.problem.status === 403;

/** The sentence for one field of a form, if the refusal is about it. */
export function fieldProblem(error: unknown, field: string): string | undefined {
  if (!(error instanceof ApiError) || error.problem.field !== field) return undefined;
  return error.problem.detail ?? error.problem.title;
}
