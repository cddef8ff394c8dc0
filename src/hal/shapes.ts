/** The words in which the shapes of data are given: those of TypeBox that this program uses, for its whole builder is large. */
import {
  Number as AnyNumber,
  Integer,
  Array as ListOf,
  Literal,
  Null,
  Object as ObjectOf,
  Optional,
  Record as RecordOf,
  String as Text,
  Union,
  Unknown,
  Unsafe,
  Boolean as YesOrNo,
} from '@sinclair/typebox';

/** Fields that the shape of an object does not name are let through, unless it says `additionalProperties: false`. */
export const shape = {
  ...{ Array: ListOf, Boolean: YesOrNo, Integer, Literal, Null, Number: AnyNumber, Object: ObjectOf },
  ...{ Optional, Record: RecordOf, String: Text, Union, Unknown, Unsafe },
};
