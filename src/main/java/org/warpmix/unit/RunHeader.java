package org.warpmix.unit;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What a file of units begins with.
 *
 * @param identity of the run that the units are of
 * @param arguments the command with its arguments, from which the run can be finished once all units are there
 */
public record RunHeader(RunIdentity identity, List<String> arguments) {

    public RunHeader {
        arguments = List.copyOf(arguments);
    }

    byte[] toBytes() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            DataOutputStream out = new DataOutputStream(bytes);
            write(identity.command(), out);
            out.writeInt(identity.units());
            out.writeInt(identity.settings().size());
            for (Map.Entry<String, String> setting : identity.settings().entrySet()) {
                write(setting.getKey(), out);
                write(setting.getValue(), out);
            }
            out.writeInt(arguments.size());
            for (String argument : arguments) {
                write(argument, out);
            }
        } catch (IOException e) {
            throw new AssertionError("Memory does not fail.", e);
        }
        return bytes.toByteArray();
    }

    static RunHeader of(byte[] bytes) throws IOException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
        RunIdentity identity = RunIdentity.of(read(in), in.readInt());
        for (int left = in.readInt(); left > 0; left--) {
            identity = identity.with(read(in), read(in));
        }
        List<String> arguments = new ArrayList<>();
        for (int left = in.readInt(); left > 0; left--) {
            arguments.add(read(in));
        }
        return new RunHeader(identity, arguments);
    }

    private static void write(String text, DataOutputStream out) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static String read(DataInputStream in) throws IOException {
        return new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8);
    }
}
