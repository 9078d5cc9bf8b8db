// Puts the message and stack trace of failures into a payload, so that the codec seals them too: they may quote what people wrote.
// Loaded by path, also into the workflow sandbox: it must import nothing but @temporalio/common.
import { DefaultFailureConverter } from '@temporalio/common';

/** Found by this name by the SDK. A failure's type (the error code) stays readable without the codec. */
export const failureConverter = new DefaultFailureConverter({ encodeCommonAttributes: true });
