package org.warpmix.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

/** The command {@code warpmix}: reads the request and ends with its exit code. */
@Command(
        name = "warpmix",
        description = "Linear mixed-effects models for those whom one fit is not enough.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class)
public final class Main {

    private Main() {}

    public static void main(String[] args) {
        System.exit(new CommandLine(new Main()).execute(args));
    }

    /** The version that the build wrote into the jar. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Main.class.getPackage().getImplementationVersion();
            return new String[] {"warpmix " + (version == null ? "(not from a jar)" : version)};
        }
    }
}
