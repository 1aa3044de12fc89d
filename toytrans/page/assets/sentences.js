"use strict";
function hasWords(text) { return /[\p{L}\p{N}]/u.test(text); }
