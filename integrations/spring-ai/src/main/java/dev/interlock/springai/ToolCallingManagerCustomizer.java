package dev.interlock.springai;

/** Changes the manager that an application of Spring Boot gets, as a bean; called once, before the manager is made. */
@FunctionalInterface
public interface ToolCallingManagerCustomizer {

    /**
     * Changes settings.
     *
     * @param builder the settings so far
     */
    void customize(InterlockToolCallingManager.Builder builder);
}
