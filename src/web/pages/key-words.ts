/** A configuration key in words: its value, its unit, what is valid. */
import type { PageKey, PageKeyType } from '../../control/pages/keys';
import { figure } from './figures';
import { keysWords } from './keys.words';
import { said } from './state';

/** Empty where there is none. */
export function unitOf(type: PageKeyType, value?: string): string {
  if (type.kind !== 'integer' || type.unit === undefined) return '';
  const [one, several] = said(keysWords).units[type.unit] ?? [type.unit, type.unit];
  return value === '1' ? one : several;
}

export function shownValue({ value, isHidden, type }: PageKey): string {
  const words = said(keysWords);
  if (isHidden) return words.hidden;
  return value === null ? words.notSet : valueWithUnit(type, value);
}

export function valueWithUnit(type: PageKeyType, value: string): string {
  if (value === '') return said(keysWords).emptyList;
  if (type.kind === 'list') return value.replaceAll(',', ', ');
  return `${value} ${unitOf(type, value)}`.trimEnd();
}

export function validWords(type: PageKeyType): string {
  const { types } = said(keysWords);
  const unit = unitOf(type);
  switch (type.kind) {
    case 'boolean':
      return types.boolean;
    case 'integer': {
      if (type.min === type.max) return types.only(`${type.min} ${unit}`.trimEnd());
      const range = types.integer(figure(type.min), figure(type.max), unit);
      return type.zeroIsOff ? types.orZero(range) : range;
    }
    case 'text': {
      const length = types.text(type.minLength, type.maxLength);
      return type.format ? `${length} : ${types.formats[type.format]}` : length;
    }
    case 'url':
      return types.url(type.schemes.map((scheme) => `${scheme}//`).join(', '), type.maxLength);
    case 'list':
      return types.list(type.minItems, type.maxItems, type.words.join(', '));
    default:
      return type satisfies never;
  }
}
