/**
 * Which call may start, judged by what the calls access: pure state, without threads or clocks. Exported only to
 * modules of Interlock.
 */
@NullMarked
package dev.interlock.board;

import org.jspecify.annotations.NullMarked;
