/**
 * A round as a machine. It decides which call may start, must wait or must end, and why: events in, actions out. It
 * knows no threads, no clock and no user's code. Not exported; {@code execution} drives it.
 *
 * <p>{@link dev.interlock.schedule.Schedule} hears the events. Its parts each answer one question:
 *
 * <ul>
 *   <li>{@code Admission}, {@code EqualReads}: which calls come, and which share the outcome of an equal one?
 *   <li>{@code Turns}, {@code ReadyCalls}: which call is next, with which permit and caps, on which thread, and in call
 *       order only?
 *   <li>{@code Attempts}: may a call begin, or try again?
 *   <li>{@code Waits}: what does a call's thread wait for, and what does the call give back meanwhile?
 *   <li>{@code Gate}: which call may make its announcement?
 *   <li>{@code Expiry}, {@code Timers}: which limit passes next, and what follows from it?
 *   <li>{@code CallEnding}: what is the outcome of a call, and what follows from its end?
 *   <li>{@code RoundEnding}: how does the round end early?
 *   <li>{@code Collapse}: what if the engine itself has failed?
 *   <li>{@code Suspension}: which calls are pending, and is the round at rest?
 *   <li>{@code WhyNot}: why must a call not start?
 *   <li>{@code Outcomes}: how do the engine's own outcomes read?
 *   <li>{@code Progress}: which calls run, and how many are done? The others share this, with its parts
 *       {@code OwnerWork} (what does the owner do?), {@code CallOrder} (which call is next in a confined round?) and
 *       {@code PendingCalls} (can the round go on without them?).
 *   <li>{@code Notes}, {@code Reasons}: what do listeners hear, and why do calls wait?
 * </ul>
 *
 * <p>Once its round has begun, only these parts change a {@link dev.interlock.schedule.Call}. Two things come from the
 * thread that starts or runs it, with no lock held: that it must not go to the user's executor
 * ({@link dev.interlock.schedule.Call#startWithoutExecutor}), and what its failure says
 * ({@link dev.interlock.schedule.Call#readMessage}).
 */
@NullMarked
package dev.interlock.schedule;

import org.jspecify.annotations.NullMarked;
