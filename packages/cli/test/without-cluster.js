// As where @unbraid/cluster isn't installed.
import { register } from 'node:module';

const hooks = `export function resolve(specifier, context, next) {
  if (specifier === '@unbraid/cluster') throw Object.assign(new Error('not found'), { code: 'ERR_MODULE_NOT_FOUND' });
  return next(specifier, context);
}`;
register(`data:text/javascript,${encodeURIComponent(hooks)}`);
