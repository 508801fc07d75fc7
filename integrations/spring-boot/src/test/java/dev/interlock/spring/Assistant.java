package dev.interlock.spring;

/** An AI service. */
interface Assistant {

    String chat(String message);
}
