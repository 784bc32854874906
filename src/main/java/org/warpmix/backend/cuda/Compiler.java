package org.warpmix.backend.cuda;

/** What makes machine code of kernels. */
interface Compiler {

    /** Its name and version: with the source it decides the code. */
    String version();

    /**
     * The code that {@code cuModuleLoadData} takes.
     *
     * @throws DeviceException with what the compiler says, where it is a defect of the source
     */
    byte[] compile(Source source);
}
