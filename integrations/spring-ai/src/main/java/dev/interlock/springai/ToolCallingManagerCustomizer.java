package dev.interlock.springai;

/**
 * A bean that changes the manager of a Spring Boot application. Spring calls it once, before it creates the manager.
 */
@FunctionalInterface
public interface ToolCallingManagerCustomizer {

    /**
     * Changes the settings.
     *
     * @param builder the settings so far
     */
    void customize(InterlockToolCallingManager.Builder builder);
}
