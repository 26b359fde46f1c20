// Versions of plug-ins; what a module is stands in the module.
buildscript {
    dependencies {
        // Android's plug-in compiles Kotlin by itself; this says with which compiler: the one that Maven's tests use.
        classpath(libs.kotlin.gradle)
    }
}

plugins {
    alias(libs.plugins.android.application) apply false
    alias(libs.plugins.android.library) apply false
}

allprojects {
    group = "lotline"
    version = rootProject.libs.versions.lotline.get()
}
